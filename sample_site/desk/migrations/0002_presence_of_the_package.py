from django.db import migrations


class Migration(migrations.Migration):
    """Who is here is known by the package now, and kept in no table."""

    dependencies = [("desk", "0001_initial")]

    operations = [migrations.DeleteModel("Presence")]
