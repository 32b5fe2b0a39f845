"""The contracts as open data: releases and records of the Open Contracting Data Standard."""
