"""Takes answers, whichever way they come: over the link, by SMS, from a site; one sitting at a time."""
