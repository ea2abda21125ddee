// What makes the pages quicker for whoever has a script; nothing needs it.
"use strict";

// "/" goes to the search, "j" and "k" go through a list, Escape closes a menu.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.person[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const find = document.getElementById("find");
    if (find) {
      event.preventDefault();
      find.focus();
    }
  } else if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll("[data-rows] tbody tr td:first-child a")];
    const at = links.indexOf(document.activeElement);
    const next = links[event.key === "j" ? at + 1 : Math.max(at - 1, 0)];
    if (next) next.focus();
  }
});

// A menu that is open over the page closes when something else is used; on a phone the main menu begins closed.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.person[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
if (matchMedia("(max-width: 760px)").matches) {
  for (const menu of document.querySelectorAll("details.menu")) menu.open = false;
}

// What went wrong is read first.
const wrong = document.querySelector("[data-focus]");
if (wrong) wrong.focus();

// A form that is under way is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.sent) {
    if (form.dataset.sent) event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  setTimeout(() => delete form.dataset.sent, 4000);
});

// Suggestions appear while a call is taken.
const call = document.querySelector("form[data-suggest]");
if (call) {
  const place = document.getElementById("suggestions");
  let waiting, asked = 0;
  const ask = async () => {
    const mine = ++asked;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(call.dataset.suggest, {
        method: "POST",
        body: new URLSearchParams(new FormData(call)),
      });
      const text = await answer.text();
      // A page to sign in is no suggestion, and the form stays as it is.
      if (mine === asked && (answer.redirected || answer.status === 401)) place.textContent = place.dataset.ended;
      else if (mine === asked && answer.ok) place.innerHTML = text;
    } catch {
      // Without an answer the old suggestions stay, and the button below asks again.
    }
    if (mine === asked) place.removeAttribute("aria-busy");
  };
  call.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 450);
  });
  place.addEventListener("click", (event) => {
    const chosen = event.target.closest("button[data-field]");
    if (!chosen) return;
    const field = call.elements[chosen.dataset.field];
    field.value = chosen.dataset.value;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// Streets follow the territory.
const territory = document.querySelector("select[data-streets]");
if (territory) {
  const street = document.getElementById(territory.dataset.streets);
  const all = [...street.querySelectorAll("optgroup")];
  const narrow = () => {
    for (const group of all) group.remove();
    for (const group of all) {
      if (!territory.value || group.dataset.territory === territory.value) street.append(group);
    }
  };
  narrow();
  territory.addEventListener("change", () => {
    street.value = "";
    narrow();
  });
}

// A run that is under way is looked at again.
const waits = document.querySelector("[data-again]");
if (waits) setTimeout(() => location.reload(), Number(waits.dataset.again) * 1000);
