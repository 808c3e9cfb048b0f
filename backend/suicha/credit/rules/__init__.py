"""Pure rules of credit: periods, points, lists, states."""
