"""Rules of a form written for other tools: as SQL, as a pandera schema, as a suite of Great Expectations."""
