// A token goes where somebody was writing last; without this file it is typed as it stands.
let field = null;
document.addEventListener("focusin", (event) => {
  if (event.target.matches("#words textarea, #words input[type=text]")) field = event.target;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-token]");
  if (!button) return;
  const into = field && field.isConnected ? field : document.querySelector("#id_body");
  if (!into) return;
  into.setRangeText(button.dataset.token, into.selectionStart, into.selectionEnd, "end");
  into.focus();
  into.dispatchEvent(new Event("input", { bubbles: true }));
});
