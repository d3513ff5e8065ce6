// Shows the API's document with Swagger UI, and repeats the session's token on changes tried out from the page.
"use strict";

(function () {
  var token = "";

  function withToken(request) {
    if (token && request.method && request.method !== "GET") {
      request.headers["X-CSRF-Token"] = token;
    }
    return request;
  }

  function rememberToken(response) {
    if (/\/api\/v1\/session$/.test(response.url) && response.body && response.body.csrf_token) {
      token = response.body.csrf_token;
    }
    return response;
  }

  window.SwaggerUIBundle({
    url: "/api/v1/openapi.json",
    dom_id: "#documentation",
    deepLinking: true,
    validatorUrl: null, // it would send the document to a service elsewhere
    requestInterceptor: withToken,
    responseInterceptor: rememberToken,
  });
})();
