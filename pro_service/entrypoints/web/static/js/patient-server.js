/* Talks to the service: one POST with a time limit, and the queue that brings answers there in order, however long
   the network takes. An answer carries its own id, so sending it twice does no harm. */
(function () {
  "use strict";

  var LIMIT_MS = 15000;
  var RETRY_MS = 10000;
  var BATCH = 40;
  var KINDS = { 404: "unknown", 409: "conflict", 410: "unknown", 422: "rejected", 429: "busy" };
  var store = window.PatientStore;

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

  /* The steps one request can carry: answers of one instrument, or one completion. */
  function batchOf(queue, most) {
    var first = queue[0];
    if (first.kind === "complete") return [first];
    var size = 0;
    while (size < queue.length && size < most && queue[size].kind === "answer" && queue[size].instrument === first.instrument) size += 1;
    return queue.slice(0, size);
  }

  function request(token, batch) {
    var first = batch[0];
    if (first.kind === "complete") return post("complete", { token: token, instrument: first.instrument });
    var answers = batch.map(function (step) { return step.answer; });
    return post("answer", { token: token, instrument: first.instrument, answers: answers });
  }

  /* on.state("saving" | "saved" | "kept"), on.completed(step, body), on.trouble(kind, step): may return a Promise. */
  function sender(token, assessmentId, on) {
    var running = null;
    var timer = null;
    var most = BATCH;

    function queue() {
      return store.record(assessmentId).queue;
    }

    function drop(batch) {
      var ids = batch.map(function (step) { return step.id; });
      store.change(assessmentId, function (record) {
        record.queue = record.queue.filter(function (step) { return ids.indexOf(step.id) < 0; });
      });
    }

    function keep() {
      on.state("kept");
      clearTimeout(timer);
      timer = setTimeout(flush, RETRY_MS);
      return "kept";
    }

    function settle(batch, reply) {
      if (reply.kind === "ok") {
        drop(batch);
        most = BATCH;
        if (batch[0].kind === "complete") on.completed(batch[0], reply.body);
        return round();
      }
      if (reply.kind === "rejected" && batch.length > 1) {
        most = 1; /* find the one that is refused; the others must not wait for it */
        return round();
      }
      if (reply.kind === "offline" || reply.kind === "busy" || reply.kind === "server") return keep();
      if (reply.kind === "rejected") drop(batch);
      return Promise.resolve(on.trouble(reply.kind, batch[0])).then(function () {
        return reply.kind === "rejected" && queue().length ? round() : reply.kind;
      });
    }

    function round() {
      var waiting = queue();
      if (!waiting.length) {
        on.state("saved");
        return "sent";
      }
      var batch = batchOf(waiting, most);
      return request(token, batch).then(function (reply) { return settle(batch, reply); });
    }

    /* Resolves to "sent", "kept", or the trouble that stopped it. */
    function flush() {
      if (running) return running;
      clearTimeout(timer);
      if (!queue().length) return Promise.resolve("sent");
      on.state("saving");
      var over = function (outcome) { running = null; return outcome; };
      running = Promise.resolve(round()).then(over, function () { running = null; return keep(); });
      return running;
    }

    window.addEventListener("online", flush);
    return { flush: flush };
  }

  window.PatientServer = { post: post, uuid: uuid, localIso: localIso, sender: sender, RETRY_MS: RETRY_MS };
}());
