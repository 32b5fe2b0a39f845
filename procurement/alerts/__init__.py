"""Who wants to hear of what, what there is to say, and the outbox that holds it until it is sent."""
