"""No pages: a test that needs one brings its own with ``@pytest.mark.urls``."""

urlpatterns: list[object] = []
