/* The demonstration phone: asks every two seconds for one fictitious patient's messages and shows them as bubbles. */
(function () {
  "use strict";

  var POLL_MS = 2000;
  var LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/;
  var WIDE = 700;
  var texts = window.PhoneTexts;
  var node = {};
  var state = { language: "fr", patient: "", patients: [], messages: [], shown: "", twoWay: null, sender: "", lost: false };

  function t(key) {
    return texts[state.language][key];
  }

  function make(tag, kind, text) {
    var made = document.createElement(tag);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function clear(of) {
    while (of.firstChild) of.removeChild(of.firstChild);
  }

  function base() {
    return window.location.pathname.replace(/\/$/, "");
  }

  /* ---- bubbles ---- */

  /* A patient's page opens beside the phone, at a phone's size, where there is room. */
  function openSmall(event) {
    if (window.innerWidth < WIDE || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.open(event.currentTarget.href, "_blank", "noopener,noreferrer,width=390,height=760,left=80,top=60");
  }

  function link(address) {
    var made = make("a", "", address);
    made.href = address;
    made.target = "_blank";
    made.rel = "noopener noreferrer";
    made.title = t("new_window");
    made.addEventListener("click", openSmall);
    return made;
  }

  function body(text) {
    var made = make("p", "body");
    text.split(LINK).forEach(function (piece) {
      var isOurs = LINK.test(piece) && piece.indexOf("/q#") > 0;
      made.appendChild(isOurs ? link(piece) : document.createTextNode(piece));
    });
    return made;
  }

  function locale() {
    return state.language === "en" ? "en-GB" : state.language;
  }

  /* A phone shows the time where its owner lives, wherever the visitor of the demonstration is. */
  function zone() {
    var who = current();
    return who ? who.zone : undefined;
  }

  function clock(at) {
    return at.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", timeZone: zone() });
  }

  function day(at) {
    var shape = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: zone() };
    var on = at.toLocaleDateString(locale(), shape);
    return on === new Date().toLocaleDateString(locale(), shape) ? t("today") : on;
  }

  function bubble(message) {
    var at = new Date(message.at);
    var item = make("li", message.from_me ? "bubble mine" : "bubble theirs");
    item.appendChild(make("span", "visually-hidden", (message.from_me ? t("from_me") : state.sender) + " : "));
    item.appendChild(body(message.body));
    var foot = make("p", "foot");
    var time = make("time", "", clock(at));
    time.dateTime = message.at;
    time.title = at.toLocaleString(locale(), { timeZone: zone() });
    foot.appendChild(time);
    if (message.status) foot.appendChild(document.createTextNode(" · " + (t("status_" + message.status) || message.status)));
    item.appendChild(foot);
    return item;
  }

  function isAtEnd() {
    return node.thread.scrollHeight - node.thread.scrollTop - node.thread.clientHeight < 40;
  }

  function drawThread() {
    var stay = !isAtEnd() && state.shown !== "";
    var last = "";
    clear(node.thread);
    state.messages.forEach(function (message) {
      var on = day(new Date(message.at));
      if (on !== last) node.thread.appendChild(make("li", "day", on));
      last = on;
      node.thread.appendChild(bubble(message));
    });
    if (!state.messages.length) node.thread.appendChild(make("li", "empty", t(state.patients.length ? "empty" : "no_patients")));
    if (!stay) node.thread.scrollTop = node.thread.scrollHeight;
  }

  /* ---- around the phone ---- */

  function current() {
    return state.patients.filter(function (each) { return each.code === state.patient; })[0] || null;
  }

  function drawPicker() {
    clear(node.patient);
    state.patients.forEach(function (each) {
      var option = make("option", "", each.code + " – " + each.site);
      option.value = each.code;
      option.selected = each.code === state.patient;
      node.patient.appendChild(option);
    });
    node.patient.disabled = !state.patients.length;
  }

  function drawFacts() {
    var who = current();
    node.facts.textContent = who ? who.site + " · " + (t("mode_" + who.mode) || who.mode) : "";
    node.sender.textContent = state.sender || "…";
    node.connection.textContent = state.lost ? t("lost") : "";
  }

  function drawReply(problem) {
    var oneWay = state.twoWay === false;
    node.body.disabled = !state.twoWay || !state.patient;
    node.send.disabled = node.body.disabled;
    node.explain.hidden = !oneWay && !problem;
    node.explain.textContent = problem || (oneWay ? t("one_way") : "");
  }

  function drawWords() {
    document.documentElement.lang = state.language;
    document.title = t("page_title");
    node.banner.textContent = t("banner");
    Array.prototype.forEach.call(document.querySelectorAll("[data-text]"), function (each) {
      each.textContent = t(each.getAttribute("data-text"));
    });
    Array.prototype.forEach.call(document.querySelectorAll("[data-language]"), function (each) {
      each.setAttribute("aria-pressed", each.getAttribute("data-language") === state.language ? "true" : "false");
    });
  }

  /* ---- the service ---- */

  function take(reply) {
    var seen = JSON.stringify([reply.messages, reply.patients, reply.sender, reply.two_way, state.language, state.patient]);
    state.lost = false;
    if (seen !== state.shown) {
      var turned = reply.two_way !== state.twoWay;
      state.patients = reply.patients;
      state.sender = reply.sender;
      state.messages = reply.messages;
      state.twoWay = reply.two_way;
      if (!current() && state.patients.length) state.patient = state.patients[0].code;
      drawPicker();
      if (turned || node.body.disabled) drawReply("");
      drawThread();
      state.shown = seen;
    }
    drawFacts();
  }

  function ask() {
    var asked = state.patient;
    return fetch(base() + "/messages?patient=" + encodeURIComponent(asked), { cache: "no-store", credentials: "same-origin" })
      .then(function (response) {
        if (!response.ok) throw new Error(String(response.status));
        return response.json();
      })
      .then(function (reply) { if (asked === state.patient) take(reply); })
      .catch(function () { state.lost = true; drawFacts(); });
  }

  function poll() {
    var wait = function () { setTimeout(poll, POLL_MS); };
    if (document.hidden) wait();
    else ask().then(wait);
  }

  function choose() {
    state.patient = node.patient.value;
    state.shown = "";
    history.replaceState(null, "", base() + "?patient=" + encodeURIComponent(state.patient));
    node.body.value = "";
    drawReply("");
    ask();
  }

  function refused(response) {
    return response.json().catch(function () { return {}; }).then(function (problem) {
      drawReply(response.status === 409 ? t("one_way") : problem.detail || t("not_sent"));
    });
  }

  function reply(event) {
    event.preventDefault();
    var written = node.body.value.trim();
    if (!written) return;
    fetch(base() + "/reply", {
      method: "POST", credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content
      },
      body: JSON.stringify({ patient: state.patient, body: written })
    }).then(function (response) {
      if (!response.ok) return refused(response);
      node.body.value = "";
      drawReply("");
      return ask();
    }, function () { drawReply(t("not_sent")); });
  }

  function speak(event) {
    state.language = event.currentTarget.getAttribute("data-language");
    drawWords();
    drawThread();
    drawFacts();
    drawReply("");
  }

  function start() {
    ["banner", "patient", "facts", "connection", "sender", "thread", "reply", "explain", "body", "send"].forEach(function (id) {
      node[id] = document.getElementById(id);
    });
    state.patient = new URLSearchParams(window.location.search).get("patient") || "";
    node.patient.addEventListener("change", choose);
    node.reply.addEventListener("submit", reply);
    Array.prototype.forEach.call(document.querySelectorAll("[data-language]"), function (each) {
      each.addEventListener("click", speak);
    });
    poll();
  }

  start();
}());
