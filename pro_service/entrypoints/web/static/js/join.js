// Takes the secret of a one-time link out of the address, where it would stay in the history, into the form.
const field = document.querySelector("[data-from-fragment]");

if (field && window.location.hash.length > 1) {
  field.value = window.location.hash.slice(1);
  history.replaceState(null, "", window.location.pathname);
}
