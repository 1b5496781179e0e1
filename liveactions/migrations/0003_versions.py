from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('liveactions', '0002_steps'),
    ]

    operations = [
        migrations.AddField(
            model_name='dispatch',
            name='mark',
            field=models.CharField(max_length=32, null=True, unique=True),
        ),
    ]
