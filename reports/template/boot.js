"use strict";
// The libraries and the script of this page lie packed in it; the policy admits them by their hash, as it admits every script. A
// browser too old to unpack them shows the tables alone, as one without JavaScript does.
(async () => {
  if (!("DecompressionStream" in window)) return;
  const unpacked = (element) => new Response(new Blob([Uint8Array.from(atob(element.textContent), (c) => c.charCodeAt(0))]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
  const texts = await Promise.all([...document.querySelectorAll("script.library")].map(unpacked));
  for (const text of texts) {
    const script = document.createElement("script");
    script.textContent = text;
    document.head.append(script);
  }
})();
