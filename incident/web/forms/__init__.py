"""Forms are translators: strings from the browser in, typed commands out."""
