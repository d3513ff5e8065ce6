/* Talks to the service: one POST with a time limit, and what an answer is marked with. */
(function () {
  "use strict";

  var LIMIT_MS = 15000;
  var RETRY_MS = 10000;
  var KINDS = { 404: "unknown", 409: "conflict", 410: "unknown", 422: "rejected", 429: "busy" };

  function address(path) {
    return window.location.pathname.replace(/\/$/, "") + "/" + path;
  }

  function reading(response) {
    return response.json().then(function (body) { return body; }, function () { return null; }).then(function (body) {
      if (response.ok && body) return { kind: "ok", body: body };
      return { kind: KINDS[response.status] || "server", body: body || {} };
    });
  }

  /* Resolves, always, to {kind, body}; kind: ok, offline, unknown, conflict, rejected, busy or server. */
  function post(path, body) {
    var stop = new AbortController();
    var timer = setTimeout(function () { stop.abort(); }, LIMIT_MS);
    var request = {
      method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body), cache: "no-store", signal: stop.signal
    };
    return fetch(address(path), request).then(reading).then(function (reply) {
      clearTimeout(timer);
      return reply;
    }, function () {
      clearTimeout(timer);
      return { kind: "offline", body: {} };
    });
  }

  function hex(byte) {
    return (byte + 256).toString(16).slice(1);
  }

  function uuid() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var text = Array.prototype.map.call(bytes, hex).join("");
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
  }

  function two(n) {
    return (n < 10 ? "0" : "") + n;
  }

  /* The phone's own wall clock with its offset: 2026-05-03T09:05:07+02:00. */
  function localIso(now) {
    var ahead = -now.getTimezoneOffset();
    var size = Math.abs(ahead);
    return now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate()) + "T" + two(now.getHours()) +
      ":" + two(now.getMinutes()) + ":" + two(now.getSeconds()) + (ahead < 0 ? "-" : "+") +
      two(Math.floor(size / 60)) + ":" + two(size % 60);
  }

  window.PatientServer = { post: post, uuid: uuid, localIso: localIso, RETRY_MS: RETRY_MS };
}());
