"""Open data: feeds, calendars, traces, the catalogue and whole files, beside the pages and made of the same answers."""
