"""The same synthetic faces laid out as the data sets of five papers, so that their methods can be tried whole.

Each writer plans first (who does what when, in plain numbers) and renders afterwards. Labels follow from the plan
alone. They are shares of a displacement or strengths of a script, never a coder's score or somebody's feeling.
"""
