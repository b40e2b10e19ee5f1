"""The commands of `liggare` as they are typed: names, arguments and help. What they do stands in the modules beside.

Nothing heavy is imported here, so that help comes at once; each command imports what it needs.
"""
