// Puts the public chat where this script stands: data-country and data-language choose, data-height in pixels.
(() => {
  const own = document.currentScript;
  const address = new URL("./", own.src);
  for (const name of ["country", "language"]) {
    if (own.dataset[name]) address.searchParams.set(name, own.dataset[name]);
  }
  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = own.dataset.title || "Chat";
  frame.width = "100%";
  frame.height = own.dataset.height || "560";
  frame.referrerPolicy = "no-referrer";
  own.after(frame);
})();
