"""The proving ground: tasks, how an answer is graded, and whether one genome is better than another."""
