// How the tests start Chromium.
const root = process.getuid?.() === 0

/** Chromium only uses the last list of features, so this one includes Playwright’s. */
const disabledFeatures = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  // Pages for the address bar, which take two processes per window.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
]

export const browserArgs: readonly string[] = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  `--disable-features=${disabledFeatures.join()}`,
  ...(root ? ['--no-sandbox'] : []),
]
