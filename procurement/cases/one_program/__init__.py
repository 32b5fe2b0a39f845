"""One program whole: what its page shows, as plain data that mails, the admin and the API may use too."""
