// After a message: an empty field with the focus in it. Everything else is htmx and plain forms.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (form.id === "write" && event.detail.successful) {
    form.reset();
    form.querySelector("input[name=text]").focus();
  }
});
