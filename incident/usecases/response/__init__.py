"""The response to an incident, verb by verb: report, triage, facts, assessment, decision, duties, closing."""
