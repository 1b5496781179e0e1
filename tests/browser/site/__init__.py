"""Pages made for the browser tests: ``/bound/?markup=<button live-click="note">Go</button>`` is a page with just that."""
