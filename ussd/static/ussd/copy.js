// Puts the text that a button names into the clipboard; without this file it is selected by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copies).textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = button.dataset.done;
  } catch {
    getSelection().selectAllChildren(document.getElementById(button.dataset.copies));
  }
});
