// The one Trusted Types policy of the pages, loaded before any other script.
// It is a choke point, not a sanitiser: what reaches it was escaped on our
// own server, and text that a person wrote never reaches it as markup. It
// refuses what would load or run a script that is not one of our own files.
(() => {
  if (!window.trustedTypes) return;
  trustedTypes.createPolicy("default", {
    createHTML: (html) => html,
    createScript: () => null,
    createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null),
  });
})();
