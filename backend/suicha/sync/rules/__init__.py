"""Reading envelopes and judging them: pure, over state that was loaded under the locks."""
