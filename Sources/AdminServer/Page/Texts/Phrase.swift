/// All that the page says, by what it means: one table of texts in all its languages.
///
/// `%1`, `%2` … stand for what is put in. A new one is a case here and an entry in its group's table; `PhraseTests` holds that none is
/// missing in any language, nor has other places for what is put in.
enum Phrase: Sendable, Hashable, CaseIterable {
  // Around every screen.
  case skipToContent, screens, pair, statistics, slabs, items, connections, top, whichServer, console, logIn,
    logOut, user, password, loginRefused, tooManyLogins, readOnly, foreignForm, notDone, startingOrEnding, yes, no,
    never, now, ago, forEver, expired, cancel, name, value, meaning, number, state

  // The pair.
  case howItIs, bothSides, thisSide, otherSide, sameContent, linkLog, linkLogCaption, when, line, nothingYet,
    role, linkState, servesClients, version, uptime, lag, queued, lastCopyOut, lastCopyIn, clockOffset, conflicts,
    refusedPeers, memory, usedOf, itemsOf, copyUnderWay, copyEnded, notTold, replicationOff, noPeerNow, stateOff,
    stateListen, stateConnect, stateCopy, stateStream, digestsNotAsked, digestsUnderWay, digestLocalOnly,
    digestsEqual, digestsDiffer, compareNow, remedy

  // What is wrong with the pair.
  case allWell, copying, alone, aloneRemedy, secretsDiffer, secretsDifferRemedy, secretMissing,
    secretMissingRemedy, secretUnwanted, secretUnwantedRemedy, clocksApart, clocksApartRemedy, notAdmitted,
    notAdmittedRemedy, otherPeer, otherPeerRemedy, versionsDiffer, versionsDifferRemedy, alreadyConnected,
    alreadyConnectedRemedy, sameName, sameNameRemedy, itself, itselfRemedy, malformed, malformedRemedy, tlsFails,
    tlsFailsRemedy, peerAway, peerAwayRemedy, waitsForPeer, waitsForPeerRemedy, legacyPeer, legacyPeerRemedy,
    peerTellsNothing, peerTellsNothingRemedy, peerSilent, peerSilentRemedy, noSecret, noSecretRemedy, clocksDiffer,
    clocksDifferRemedy, memoryDiffers, memoryDiffersRemedy, contentsDiffer, contentsDifferRemedy, lagHere, lagThere,
    lagRemedy, overflowHere, overflowThere, overflowRemedy, noRoomHere, noRoomThere, noRoomRemedy, refusedHere,
    refusedThere, refusedRemedy, conflictsHere, conflictsThere, conflictsRemedy, notServingHere, notServingThere,
    notServingRemedy

  // Statistics, slabs, connections, top.
  case minutes, minutesAgo, charts, inWords, everyNumber, general, settings, helpIsEnglish, hitRate, gets, sets,
    otherCommands, bytesIn, bytesOut, evictions, wordsNoGets, wordsHits, wordsMemory, wordsNoEvictions,
    wordsEvictions, wordsConnections, wordsBytes, slabClass, classNumber, slabCaption, nothingHeld, chunkSize,
    pages, chunksUsed, chunksTotal, fullness, hits, ageOfNext, address, comesInBy, idle, connectionCaption,
    commandsNow, counter, perSecond, inASecond, hotKeys, hotKeysNeedLogin, hotKeysCost, sampleNow, sampling,
    noSample, sampledRequests, requests, share, watchingIsOff

  // Items, a key, changes, the console, which server.
  case prefix, pattern, search, oneKey, key, look, size, timeToLive, flags, walked, goOn, thatWasAll,
    listingIsOff, patternTooLong, noSuchKeyName, stamp, changedAt, stateAbsent, stateLive, stateDead, stateDeleted,
    sameState, otherState, valuesNeedLogin, valueCut, notInThatForm, change, secondsToLive, set, touch, deleteKey,
    sureToReplace, sureToTouch, sureToDelete, sureToFlush, typeFlush, flushAll, notConfirmed, noNumber,
    nothingThere, refusedByServer, command, send, consoleHelp, notAtTheConsole, whereHelp, servers, rule, find,
    noServers, noServer, isAt, onlyHere, keyTooLong

  func text(_ language: Language, _ arguments: [String]) -> String {
    guard let texts = Self.table[self] else { return "\(self)" }
    var text = ""
    var isPlace = false
    for character in texts[language] {
      if isPlace, let number = character.wholeNumberValue, arguments.indices.contains(number - 1) {
        text += arguments[number - 1]
        isPlace = false
        continue
      }
      if isPlace { text += "%" }
      isPlace = character == "%"
      if !isPlace { text.append(character) }
    }
    return isPlace ? text + "%" : text
  }

  static let table = Dictionary(
    uniqueKeysWithValues: frameTexts + frameTexts2 + pairTexts + pairTexts2 + findingsTexts + findingsTexts2
      + findingsTexts3 + numbersTexts + numbersTexts2 + numbersTexts3 + keysTexts + keysTexts2 + keysTexts3)
}

/// The same in each language.
struct Texts: Sendable {
  private let texts: [Language: String]

  init(_ english: String, _ japanese: String, _ chinese: String, _ german: String) {
    texts = [.english: english, .japanese: japanese, .chinese: chinese, .german: german]
  }

  subscript(language: Language) -> String { texts[language] ?? "" }
}
