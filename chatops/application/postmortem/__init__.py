"""The post-mortem from draft to done: answers, review, exports."""
