from django.db import migrations


class Migration(migrations.Migration):
    """Who is here is known by the package now, and kept in no table."""

    dependencies = [("desk", "0002_customer_details")]

    operations = [migrations.DeleteModel("Presence")]
