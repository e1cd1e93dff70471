// What the page does better with a script: progress comes by itself, the time
// that is left counts down, and forms move on without reloading the phone.
"use strict";

const app = document.getElementById("app");
let stream, ticker;
let moving = false;

// enter wakes up what is shown.
function enter() {
  stream?.close();
  clearInterval(ticker);
  countDown(app.querySelector("[data-left]"), app.querySelector("[data-ring]"));
  const shown = app.querySelector("[data-events]");
  if (shown) follow(shown);
}

// follow keeps the parts of a verification as they are on the server.
function follow(shown) {
  stream = new EventSource(shown.dataset.events);
  stream.addEventListener("end", () => stream.close());
  stream.addEventListener("message", (e) => {
    const state = JSON.parse(e.data);
    if (state.status !== shown.dataset.status) {
      stream.close();
      if (!moving) go("/try/" + shown.dataset.try);
      return;
    }
    for (const [name, html] of Object.entries(state.parts)) {
      const part = shown.querySelector(`[data-part="${name}"]`);
      const fresh = document.createElement("template");
      fresh.innerHTML = html;
      if (part) match(part, fresh.content);
    }
  });
}

// match makes the children of one node like those of another, leaving alone
// what is the same, so that focus, open details and animations stay.
function match(node, fresh) {
  const have = [...node.childNodes];
  const want = [...fresh.childNodes];
  want.forEach((w, i) => {
    const h = have[i];
    if (!h) return node.append(w);
    if (h.isEqualNode(w)) return;
    if (h.nodeName !== w.nodeName || h.nodeType !== Node.ELEMENT_NODE) return h.replaceWith(w);
    for (const { name } of [...h.attributes]) {
      if (!w.hasAttribute(name) && !(h.nodeName === "DETAILS" && name === "open")) h.removeAttribute(name);
    }
    for (const { name, value } of w.attributes) {
      if (h.getAttribute(name) !== value) h.setAttribute(name, value);
    }
    match(h, w);
  });
  have.slice(want.length).forEach((h) => h.remove());
}

// countDown does not trust the browser's clock: it counts from what was left.
function countDown(text, ring) {
  if (!text) return;
  const end = performance.now() + text.dataset.left * 1000;
  const show = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    text.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
    ring.setAttribute("stroke-dasharray", (100 * left) / ring.dataset.whole + " 100");
    text.parentElement.classList.toggle("low", left <= 30);
    if (left === 0) clearInterval(ticker);
  };
  show();
  ticker = setInterval(show, 1000);
}

// go fetches a page and shows it in the place of this one.
async function go(url, form) {
  if (moving) return;
  moving = true;
  app.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, form && { method: "POST", body: form });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("app");
    if (!fresh) throw new Error("not a page of Pinbell");
    app.replaceChildren(...fresh.childNodes);
    document.title = page.title;
    // A form that was answered in place keeps the address that it was on.
    const path = new URL(answer.url).pathname;
    if ((answer.redirected || !form) && path !== location.pathname) history.pushState(null, "", path);
    window.scrollTo(0, 0);
    (app.querySelector("[autofocus]") ?? app).focus({ preventScroll: true });
    enter();
  } catch {
    complain("There is no connection to Pinbell. Try again.");
  } finally {
    moving = false;
    app.removeAttribute("aria-busy");
  }
}

function complain(words) {
  app.querySelector(".fault.offline")?.remove();
  const fault = document.createElement("p");
  fault.className = "fault offline";
  fault.setAttribute("role", "alert");
  fault.textContent = words;
  app.append(fault);
}

app.addEventListener("submit", (e) => {
  e.preventDefault();
  go(e.target.action, new URLSearchParams(new FormData(e.target, e.submitter)));
});
document.addEventListener("click", (e) => {
  const link = e.target.closest("a[data-go]");
  if (!link || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  e.preventDefault();
  go(link.href);
});
window.addEventListener("popstate", () => go(location.href));
window.addEventListener("pagehide", () => stream?.close());
window.addEventListener("pageshow", (e) => e.persisted && location.reload());
enter();
