/** Team numbers begin anew in every campaign: without one chosen, a number stands for all teams that have it. */
export function teamsOf(teams: readonly { readonly campaign: string; readonly team_no: number }[], campaign: string): readonly number[] {
  const fitting = teams.filter((team) => campaign === "" || team.campaign === campaign)
  return [...new Set(fitting.map((team) => team.team_no))].sort((a, b) => a - b)
}
