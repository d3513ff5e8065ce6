/* The queue that brings answers to the service in order, however long the network takes. An answer carries its own id,
   so sending it twice does no harm. Loads after the first screen. */
(function () {
  "use strict";

  var BATCH = 40;
  var server = window.PatientServer;
  var store = window.PatientStore;

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
    if (first.kind === "complete") return server.post("complete", { token: token, instrument: first.instrument });
    var answers = batch.map(function (step) { return step.answer; });
    return server.post("answer", { token: token, instrument: first.instrument, answers: answers });
  }

  /* on.state("saving" | "saved" | "kept"), on.completed(step, body), on.anew() when a part begins again and
     on.trouble(kind, step): these two may return a Promise. */
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
      timer = setTimeout(flush, server.RETRY_MS);
      return "kept";
    }

    function settle(batch, reply) {
      if (reply.kind === "ok") {
        drop(batch);
        most = BATCH;
        if (batch[0].kind === "complete") on.completed(batch[0], reply.body);
        return reply.body.begins_anew ? Promise.resolve(on.anew()).then(round) : round();
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

  window.PatientSender = { sender: sender };
}());
