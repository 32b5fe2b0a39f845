"""What the description of the API says beside the declarations of resources: names, answers, links and examples."""
