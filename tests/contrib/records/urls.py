from django.urls import path

from liveactions.contrib import records

urlpatterns = [path("office/", records.urls())]
