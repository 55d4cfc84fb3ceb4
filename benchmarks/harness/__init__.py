"""Server, browser, visitor, database: what measurements and tests of the whole app share."""
