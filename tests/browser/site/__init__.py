"""Pages made for the browser tests: ``/bound/?markup=<b live-click="note">Go</b>`` is a page with just that."""
