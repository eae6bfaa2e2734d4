-- Store entries, each once. ARGV: (lane, chat, id, entry)*. Gives a 1 (stored) or 0 (known) for each.
local now = now_ms()
local stored = {}
for i = 1, #ARGV, 4 do
  if is_new(ARGV[i + 2], now) then
    append(ARGV[i], ARGV[i + 1], ARGV[i + 3], now)
    stored[#stored + 1] = 1
  else
    stored[#stored + 1] = 0
  end
end
return stored
