"""The gRPC face: who is calling, may they, what do they ask; then the application answers.

catalogue     methods, scopes and commands, read from the descriptors
mapping       a request becomes a command, a command a request; compiled once per command
chain         around every call: errors ← deadline ← who ← may they ← how often ← well formed
errors        exceptions become google.rpc.Status
commands      one handler for all commands
submit        many commands on one stream, answered in columns
reading       events out: Read, Subscribe, GetEvent, ListEvents
proving       checkpoints and proofs
transparency  read models
server        a listening server, its health, and its graceful end
"""
