from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('liveactions', '0001_receipts'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='receipt',
            name='liveactions_one_receipt',
        ),
        migrations.AddField(
            model_name='receipt',
            name='step',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('page', 'number', 'step'), name='liveactions_one_receipt'),
        ),
    ]
