// Before the first paint: light or dark, where that is left to the device; paper is always light.
// Later: an open menu closes by Escape, and by a press or the focus elsewhere. Without this file menus open and close by hand.
(() => {
  const page = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");
  const chosen = page.dataset.appearance;
  const show = () => {
    page.dataset.bsTheme = chosen === "dark" || (chosen === "auto" && device.matches) ? "dark" : "light";
  };
  show();
  device.addEventListener("change", show);
  addEventListener("beforeprint", () => { page.dataset.bsTheme = "light"; });
  addEventListener("afterprint", show);

  const open = () => document.querySelectorAll("details.menu[open]");
  const leave = (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
