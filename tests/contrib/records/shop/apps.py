from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "tests.contrib.records.shop"
    label = "records_shop"
