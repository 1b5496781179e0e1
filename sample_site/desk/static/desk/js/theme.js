// Runs before the page is painted, so that a chosen theme never flashes. "auto" follows the system.
(() => {
  const KEY = "desk.theme";
  const root = document.documentElement;
  const chosen = () => {
    try {
      return localStorage.getItem(KEY) ?? "auto";
    } catch {
      return "auto"; // storage may be forbidden
    }
  };
  const isDark = () =>
    root.dataset.theme === "dark" ||
    (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);

  root.dataset.theme = chosen();

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-toggle]");
    if (!button) return;
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem(KEY, root.dataset.theme);
    } catch {
      // then the choice lasts as long as the page
    }
  });
  addEventListener("storage", ({ key }) => key === KEY && (root.dataset.theme = chosen()));
})();
