"""What a program's case comes to: from the first doubt to the bill."""
