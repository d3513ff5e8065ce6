/* What this browser remembers: the link (for this tab), and per assessment the answers, the unsent queue and the
   place reached. Every change reads, alters and writes at once, so two tabs of one patient do not erase each other. */
(function () {
  "use strict";

  var PREFIX = "pro:";
  var KEEP_UNSENT_DAYS = 30;
  var memory = {};

  function works(storage) {
    try {
      storage.setItem("pro-probe", "1");
      storage.removeItem("pro-probe");
      return true;
    } catch (refused) {
      return false;
    }
  }

  function pick(name) {
    try {
      return works(window[name]) ? window[name] : null;
    } catch (refused) {
      return null; /* cookies blocked: even touching the storage throws */
    }
  }

  var local = pick("localStorage");
  var session = pick("sessionStorage");

  function read(key) {
    if (key in memory) return JSON.parse(memory[key]);
    try {
      return JSON.parse((local && local.getItem(PREFIX + key)) || "null");
    } catch (spoilt) {
      return null;
    }
  }

  function write(key, value) {
    var text = JSON.stringify(value);
    try {
      if (!local) throw new Error("no storage");
      local.setItem(PREFIX + key, text);
      delete memory[key];
    } catch (full) {
      memory[key] = text;
    }
  }

  function forget(key) {
    delete memory[key];
    if (local) local.removeItem(PREFIX + key);
  }

  /* answers: {instrument: {item: answer}}; queue: steps not yet taken by the server, in order;
     sent: {instrument: "kept" | "sent"}; at: the screen reached; emergency: the server's text, if it gave one. */
  function record(id) {
    return Object.assign({ answers: {}, queue: [], sent: {}, at: null, emergency: null, closes_on: null }, read("a:" + id));
  }

  function change(id, alter) {
    var now = record(id);
    alter(now);
    write("a:" + id, now);
    return now;
  }

  function stale(text, today) {
    try {
      var old = JSON.parse(text);
      var last = Date.parse(old.closes_on || "2000-01-01") + KEEP_UNSENT_DAYS * 86400000;
      return !old.queue.length || last < today;
    } catch (spoilt) {
      return true;
    }
  }

  /* Answers of earlier assessments have nothing to do on a phone others may hold; unsent ones wait their 30 days. */
  function tidy(currentId, today) {
    if (!local) return;
    for (var i = local.length - 1; i >= 0; i -= 1) {
      var key = local.key(i);
      if (key.indexOf(PREFIX + "a:") === 0 && key !== PREFIX + "a:" + currentId && stale(local.getItem(key), today)) {
        local.removeItem(key);
      }
    }
  }

  function rememberToken(token) {
    if (session) session.setItem(PREFIX + "token", token);
  }

  function rememberedToken() {
    return (session && session.getItem(PREFIX + "token")) || "";
  }

  window.PatientStore = {
    record: record,
    change: change,
    tidy: tidy,
    rememberToken: rememberToken,
    rememberedToken: rememberedToken,
    forget: function (id) { forget("a:" + id); },
    isLasting: function () { return local !== null && Object.keys(memory).length === 0; },
    known: function () { return read("known") || {}; },
    know: function (what) { write("known", what); }
  };
}());
