-- What the journal's scripts share; put in front of each of them.
-- KEYS[1] is the prefix of every key, with the hash tag that keeps them in one Cluster slot.
local prefix = KEYS[1]

-- Ids are remembered for one to two of these spans. Telegram keeps updates for one day.
local SEEN_SPAN_MS = 3 * 24 * 3600 * 1000

-- The server's clock is the only one: bridge processes on several machines need not agree.
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function key(kind, lane, chat)
  if chat then return prefix .. kind .. ':' .. lane .. ':' .. chat end
  return prefix .. kind .. ':' .. lane
end

local function is_new(id, now)
  local span = math.floor(now / SEEN_SPAN_MS)
  if redis.call('SISMEMBER', prefix .. 'seen:' .. (span - 1), id) == 1 then return false end
  local current = prefix .. 'seen:' .. span
  if redis.call('SADD', current, id) == 0 then return false end
  if redis.call('SCARD', current) == 1 then
    redis.call('PEXPIRE', current, 2 * SEEN_SPAN_MS)
  end
  return true
end

-- Append to a mailbox. A chat that waits or is leased keeps its time, so its order holds. Gives whether
-- it did neither.
local function append(lane, chat, entry, now)
  redis.call('RPUSH', key('box', lane, chat), entry)
  return redis.call('ZADD', key('due', lane), 'NX', now, chat) == 1
end

local function new_lease(lane, chat, until_ms)
  local fence = redis.call('INCR', prefix .. 'fence')
  redis.call('HSET', key('lease', lane), chat, fence)
  redis.call('ZADD', key('due', lane), 'XX', until_ms, chat)
  return tostring(fence)
end

-- What the mapping has of a chat. It goes out with each lease, so that nobody has to ask for it.
local function record_of(chat)
  return redis.call('HGETALL', prefix .. 'chat:' .. chat)
end

-- Append as above; where nothing waited, lease the chat at once to who asks, if there is room. `room`
-- has for each lane how many chats the one who asks can take. Gives the fence, or '' without a lease.
local function append_or_lease(room, lane, chat, entry, now, lease_ms)
  if not append(lane, chat, entry, now) or (room[lane] or 0) == 0 then return '' end
  room[lane] = room[lane] - 1
  return new_lease(lane, chat, now + lease_ms)
end

-- Read `room` from ARGV: the number of lanes, (lane, chats)*. Gives it, and the place behind it.
local function read_room(at)
  local room, last = {}, at + 2 * tonumber(ARGV[at])
  for i = at + 1, last, 2 do room[ARGV[i]] = tonumber(ARGV[i + 1]) end
  return room, last + 1
end

local function has_lease(lane, chat, fence)
  return redis.call('HGET', key('lease', lane), chat) == fence
end

-- Whether the lease still belongs to `fence` and the entry called `id` is still the head. A call
-- repeated after a lost answer finds another head and so changes nothing twice.
local function holds(lane, chat, fence, id)
  if not has_lease(lane, chat, fence) then return false end
  local head = redis.call('LINDEX', key('box', lane, chat), 0)
  return head and string.sub(head, 1, #id + 1) == id .. ' '
end

-- Lengthen a lease: its owner lives.
local function keep_lease(lane, chat, until_ms)
  redis.call('ZADD', key('due', lane), 'XX', until_ms, chat)
  redis.call('SREM', key('late', lane), chat)
end

-- Due times count from the server's clock. If that was set back, they are moved along, or the chats
-- would wait for as long as it was set back.
local function mind_the_clock(lane, now)
  if redis.call('EXISTS', key('due', lane)) == 0 then return end
  local last = tonumber(redis.call('GET', key('clock', lane)) or now)
  if now < last - 1000 then
    for _, chat in ipairs(redis.call('ZRANGEBYSCORE', key('due', lane), now, '+inf')) do
      redis.call('ZINCRBY', key('due', lane), now - last, chat)
    end
  end
  if math.abs(now - last) > 1000 or now == last then
    redis.call('SET', key('clock', lane), now)
  end
end

-- A server whose memory is full refuses the first write of a script if that takes memory, but no
-- later one. What empties mailboxes begins with a write that takes none, and so goes on.
local function even_if_full()
  redis.call('DEL', prefix .. 'nothing')
end

-- Forget what was noted about the head, because it leaves the mailbox.
local function forget_head(lane, chat)
  redis.call('HDEL', key('tries', lane), chat)
  redis.call('DEL', key('progress', lane, chat))
end

-- Give a chat back, due again at `at`. Gives 1 if something waits in it, else 0.
local function release(lane, chat, at)
  redis.call('HDEL', key('lease', lane), chat)
  local waits = redis.call('EXISTS', key('box', lane, chat))
  if waits == 1 then
    redis.call('ZADD', key('due', lane), at, chat)
  else
    redis.call('ZREM', key('due', lane), chat)
  end
  return waits
end
