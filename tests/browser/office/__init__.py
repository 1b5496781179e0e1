"""The office: a site whose pages are those of ``liveactions.contrib.records``, about the shop of its tests."""
