// Plain gradient descent on linear layers with ReLU between them and cross-entropy at the end, its updates deferred:
// ../deferred/recipe.py has the idea, recipe.py what this form of it gains.
//
// Compiled for this processor with -DREAL=float|double and -DBATCH=<rows of a batch>. Matrices are stored by panels: of
// PANEL columns each, row after row, so that a product reads memory from end to end. Widths are padded with zeros to
// whole panels. Deltas are gradients times minus the rate, so an update only ever adds. Each thread owns some panels of
// the outputs of every layer but the last: of its activations, of its deltas and of the weight that reads them.
//
// A weight between two hidden layers is read once a step: for a strip of its inputs, a thread passes back one batch's
// deltas and then, while the strip is in the cache, forward the next batch.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#define REGISTERS 32
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#define REGISTERS 16
#else  // ARM
#define VECTOR_BYTES 16
#define REGISTERS 32
#endif
typedef REAL vector __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(REAL)), may_alias));
typedef std::vector<REAL> Numbers;

constexpr int LANES = VECTOR_BYTES / sizeof(REAL);
constexpr int WIDTH = 2;  // vectors of a row: one number that is loaded serves for both
constexpr int PANEL = WIDTH * LANES;
constexpr int MOST_ROWS = (REGISTERS - 4) / WIDTH;             // whose sums stay in registers
constexpr int PARTS = (BATCH + MOST_ROWS - 1) / MOST_ROWS;     // of a batch, each as large as that at most
constexpr int PART = (BATCH + PARTS - 1) / PARTS;              // rows of all but the last
constexpr int GROUP = std::min(REGISTERS / WIDTH / 2, PANEL);  // rows of a weight that are updated at once
constexpr int LINE = 64 / sizeof(REAL);                        // numbers that are fetched together
constexpr long CHUNK = 8192 / sizeof(REAL) / PANEL;            // rows of a panel that stay in the first-level cache
constexpr long TILE = PANEL * PANEL;                           // numbers of PANEL rows of a panel
constexpr long NEAR = 8192 / sizeof(REAL) / TILE;              // tiles that stay there too
constexpr long STRIP = 64 / PANEL;                             // panels of inputs that are passed at once
constexpr int FETCHED = (PANEL * WIDTH + LINE * PARTS - 1) / (LINE * PARTS);  // lines while two rows meet one part

struct Panels {
    REAL *first;
    long rows;
    REAL *row(long panel, long row) const { return first + (panel * rows + row) * PANEL; }
    long apart() const { return rows * PANEL; }
};

struct Layer {
    Panels weight;             // first layer: (inputs, outputs); last: (outputs, inputs); others: see `at`
    Panels activated, deltas;  // of a block of samples, (block, outputs)
    REAL *bias;                // (padded outputs)
    long inputs, outputs;
};

struct Range {
    long from, to;
};

struct Barrier {  // spins, then gives way: another program on the core must not cost a time slice each time
    const int threads;
    std::atomic<int> waiting{0}, turn{0};
    void wait() {
        const int mine = turn.load();
        if (waiting.fetch_add(1) + 1 == threads) {
            waiting = 0;
            turn = mine + 1;
        } else
            for (int spins = 0; turn.load() == mine; spins++)
                if (spins > 4000) std::this_thread::yield();
    }
};

// Once loaded it stays: compilers would rather load it again for each use, and loads are what runs out.
static inline vector in_register(vector values) {
#if defined(__x86_64__)
    asm("" : "+v"(values));
#elif defined(__aarch64__)
    asm("" : "+w"(values));
#endif
    return values;
}

static long panels(long columns) { return (columns + PANEL - 1) / PANEL; }

static REAL sum(vector values) {
    typedef REAL quarter __attribute__((vector_size(16), aligned(sizeof(REAL)), may_alias));
    const quarter *quarters = (const quarter *)&values;
    quarter folded = quarters[0];
    for (int i = 1; i < VECTOR_BYTES / 16; i++) folded += quarters[i];
    REAL total = 0;
    for (int lane = 0; lane < int(16 / sizeof(REAL)); lane++) total += folded[lane];
    return total;
}

struct Coefficients {  // at (r, b): first[r / PANEL * leap + r % PANEL * down + b * ACROSS]
    const REAL *first;
    long down, leap;
};

// out[b] = Σ c(r, b) m[r] over rows of a panel, or more by it if not fresh, for ROWS rows b. From every PANEL rows of m
// to the next it is a `jump`.
template <int ROWS, int ACROSS>
static inline __attribute__((always_inline)) void combine(Coefficients c, const REAL *m, long jump, long count, REAL *out,
                                                          bool fresh) {
    vector totals[ROWS][WIDTH] = {};
    if (!fresh)
        for (int b = 0; b < ROWS; b++)
            for (int w = 0; w < WIDTH; w++) totals[b][w] = ((const vector *)(out + b * PANEL))[w];
    for (; count > 0; count -= PANEL, c.first += c.leap, m += jump) {
        const REAL *coefficients = c.first, *row = m;
        for (const REAL *end = m + std::min<long>(count, PANEL) * PANEL; row < end; row += PANEL, coefficients += c.down) {
            vector values[WIDTH];
            for (int w = 0; w < WIDTH; w++) values[w] = in_register(((const vector *)row)[w]);
#pragma GCC unroll 32
            for (int b = 0; b < ROWS; b++)
                for (int w = 0; w < WIDTH; w++) totals[b][w] += coefficients[b * ACROSS] * values[w];
        }
    }
    for (int b = 0; b < ROWS; b++)
        for (int w = 0; w < WIDTH; w++) ((vector *)(out + b * PANEL))[w] = totals[b][w];
}

// The same for the rows of a batch, part by part.
template <int ACROSS, int FIRST = 0>
static void combine_parts(Coefficients c, const REAL *m, long jump, long count, REAL *out, bool fresh) {
    constexpr int ROWS = std::min(PART, BATCH - FIRST);
    combine<ROWS, ACROSS>({c.first + FIRST * ACROSS, c.down, c.leap}, m, jump, count, out + FIRST * PANEL, fresh);
    if constexpr (FIRST + ROWS < BATCH) combine_parts<ACROSS, FIRST + ROWS>(c, m, jump, count, out, fresh);
}

// The same for a whole panel, of which a chunk stays in the cache meanwhile.
template <int ACROSS>
static void combine_batch(Coefficients c, const REAL *m, long count, REAL *out, bool fresh) {
    for (long i = 0; i < count || i == 0; i += CHUNK, c.first += CHUNK / PANEL * c.leap)
        combine_parts<ACROSS>(c, m + i * PANEL, TILE, std::min<long>(CHUNK, count - i), out, fresh && i == 0);
}

// totals[r, b] += x[b] * m[r], vector by vector over some panels, for ROWS rows r; meanwhile lines from `next` on are
// fetched for later.
template <int ROWS, int COLUMNS>
static inline __attribute__((always_inline)) void multiply_rows(const REAL *x, long x_apart, const REAL *m, long m_apart,
                                                                long panels, vector (&totals)[ROWS][COLUMNS], const REAL *next = nullptr) {
    for (; panels > 0; panels--, x += x_apart, m += m_apart) {
        if (next)
            for (int line = 0; line < FETCHED; line++, next += LINE) __builtin_prefetch(next);
#pragma GCC unroll 1
        for (int w = 0; w < WIDTH; w++) {
            vector rows[ROWS];
            for (int r = 0; r < ROWS; r++) rows[r] = in_register(((const vector *)(m + r * PANEL))[w]);
#pragma GCC unroll 32
            for (int b = 0; b < COLUMNS; b++) {
                const vector values = in_register(((const vector *)(x + b * PANEL))[w]);
                for (int r = 0; r < ROWS; r++) totals[r][b] += values * rows[r];
            }
        }
    }
}

// out[r, b] = x[b] · m[r] over some panels, for ROWS rows r; panels lie `apart`.
template <int ROWS, int COLUMNS>
static void dots(const REAL *x, const REAL *m, long apart, long panels, REAL *out) {
    vector totals[ROWS][COLUMNS] = {};
    multiply_rows(x, apart, m, apart, panels, totals);
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 32
        for (int b = 0; b < COLUMNS; b++) out[r * BATCH + b] = sum(totals[r][b]);
}

template <int FIRST = 0>
static void dots(const REAL *x, const REAL *m, long apart, long panels, long count, REAL *out) {
    constexpr int COLUMNS = std::min(PART, BATCH - FIRST);
    long r = 0;
    for (; r + WIDTH <= count; r += WIDTH)
        dots<WIDTH, COLUMNS>(x + FIRST * PANEL, m + r * PANEL, apart, panels, out + r * BATCH + FIRST);
    for (; r < count; r++) dots<1, COLUMNS>(x + FIRST * PANEL, m + r * PANEL, apart, panels, out + r * BATCH + FIRST);
    if constexpr (FIRST + COLUMNS < BATCH) dots<FIRST + COLUMNS>(x, m, apart, panels, count, out);
}

// totals[r, b] += x[b] * m[r] for the rows r of some tiles and a batch b: a dot product when its lanes are added.
// Meanwhile the tiles from `next` on are fetched.
template <int FIRST = 0>
static void multiply_tiles(const REAL *x, long x_apart, const REAL *m, long tiles, vector *totals, bool fresh, const REAL *next) {
    constexpr int COLUMNS = std::min(PART, BATCH - FIRST);
    for (int r = 0; r < PANEL; r += WIDTH, next += tiles * FETCHED * LINE) {
        vector near[WIDTH][COLUMNS] = {};
        vector *far = totals + r * BATCH + FIRST;
        if (!fresh)
            for (int i = 0; i < WIDTH; i++)
#pragma GCC unroll 32
                for (int b = 0; b < COLUMNS; b++) near[i][b] = far[i * BATCH + b];
        multiply_rows(x + FIRST * PANEL, x_apart, m + r * PANEL, TILE, tiles, near, next);
        for (int i = 0; i < WIDTH; i++)
#pragma GCC unroll 32
            for (int b = 0; b < COLUMNS; b++) far[i * BATCH + b] = near[i][b];
    }
    if constexpr (FIRST + COLUMNS < BATCH) multiply_tiles<FIRST + COLUMNS>(x, x_apart, m, tiles, totals, fresh, next);
}

// What the threads share.
struct Team {
    const Layer *layers;
    const int last;  // index of the last layer
    const long block;
    const int threads;
    const Panels features;  // in the order of training, with as many rows more as fill the last batch
    const long *labels;
    const long samples;
    Barrier barrier{threads};
    Numbers known;                             // overlaps of a block's features with those before, by window (past, BATCH)
    std::vector<std::vector<Numbers>> forth;   // by layer and thread: shares of overlaps, (past, BATCH)
    std::vector<std::vector<Numbers>> back;    // the same of deltas
    std::vector<std::vector<Numbers>> passed;  // and of a batch's products with the weight, by panel (BATCH, PANEL)

    Team(const Layer *layers, int depth, long block, int threads, Panels features, const long *labels, long samples)
        : layers(layers), last(depth - 1), block(block), threads(threads), features(features), labels(labels),
          samples(samples), known(block * block), forth(depth, std::vector<Numbers>(threads, Numbers(block * BATCH))),
          back(forth), passed(depth) {
        for (int l = 1; l < last; l++)
            passed[l].assign(threads, Numbers(panels(layers[l].outputs) * PANEL * BATCH));
    }
};

struct Worker {
    Team &team;
    const int thread;
    const Layer *layers = team.layers;
    const int last = team.last;
    Layer output = layers[last];  // narrow: every thread keeps a copy and computes all of it rather than wait
    const long classes = output.outputs;
    Numbers own_weight, own_bias, overlaps, logits, outcome;
    Numbers arriving = Numbers(PANEL * BATCH * LANES);  // at a panel of inputs: for each and sample a vector of sums
    long begin = 0, count = 0;  // the block of samples at work

    Worker(Team &team, int thread)
        : team(team), thread(thread), overlaps(team.block * BATCH), logits(classes * BATCH), outcome(classes * BATCH) {
        if (!thread) return;
        own_weight.assign(output.weight.first, output.weight.row(panels(output.inputs), 0));
        own_bias.assign(output.bias, output.bias + classes);
        output.weight.first = own_weight.data();
        output.bias = own_bias.data();
    }

    Range own(int l) const {
        const long all = panels(layers[l].outputs);
        return {all * thread / team.threads, all * (thread + 1) / team.threads};
    }

    Panels inputs(int l) const { return l ? layers[l - 1].activated : Panels{team.features.row(0, begin), team.features.rows}; }

    void start(long at) {
        begin = at;
        count = (std::min(team.block, team.samples - begin) + BATCH - 1) / BATCH * BATCH;
    }

    // Where the weights of a panel of outputs are, from an input on that begins a panel. A weight between two hidden
    // layers lies in square tiles: of a panel of inputs after another, all panels of outputs.
    REAL *at(int l, long p, long input) const {
        return l ? layers[l].weight.row(input / PANEL, p * PANEL + input % PANEL) : layers[l].weight.row(p, input);
    }

    // The products of a layer with a whole block, while a part of the weight stays in the cache.
    void multiply(int l) {
        const long rows = l ? PANEL : CHUNK;
        for (long p = own(l).from; p < own(l).to; p++)
            for (long i = 0; i < layers[l].inputs; i += rows)
                for (long past = 0; past < count; past += BATCH)
                    combine_batch<PANEL>({inputs(l).row(i / PANEL, past), 1, inputs(l).apart()}, at(l, p, i),
                                         std::min(rows, layers[l].inputs - i), layers[l].activated.row(p, past), i == 0);
    }

    void activate(int l, long p, long past) {
        REAL *outputs = layers[l].activated.row(p, past);
        const REAL *bias = layers[l].bias + p * PANEL;
        for (int b = 0; b < BATCH; b++)
            for (long k = 0; k < PANEL; k++) outputs[b * PANEL + k] = std::max(outputs[b * PANEL + k] + bias[k], REAL(0));
    }

    void overlap_features() {  // 1 more: the input of the bias
        for (long past = thread * BATCH; past < count; past += team.threads * BATCH) {
            REAL *known = &team.known[past * team.block];
            dots(inputs(0).row(0, past), inputs(0).first, inputs(0).apart(), panels(layers[0].inputs), past, known);
            for (long i = 0; i < past * BATCH; i++) known[i] += 1;
        }
    }

    // The share of this thread in the overlaps of a window with what came before it in the block.
    void overlap(const Panels &matrix, int l, long past, Numbers &share) {
        dots(matrix.row(own(l).from, past), matrix.row(own(l).from, 0), matrix.apart(), own(l).to - own(l).from, past, share.data());
    }

    const REAL *sum_up(const std::vector<Numbers> &shares, long past, REAL bias) {
        std::fill(overlaps.begin(), overlaps.begin() + past * BATCH, bias);
        for (const Numbers &share : shares)
            for (long i = 0; i < past * BATCH; i++) overlaps[i] += share[i];
        return overlaps.data();
    }

    // A panel of the first layer's outputs, whose products are there already.
    void begin_forward(long p, long past) {
        combine_batch<1>({&team.known[past * team.block], BATCH, PANEL * BATCH}, layers[0].deltas.row(p, 0), past,
                         layers[0].activated.row(p, past), false);
        activate(0, p, past);
    }

    // Multiply a layer's weight by some panels of its inputs.
    void pass(int l, Range range, long past) {
        const Layer &layer = layers[l];
        for (long q = 0; q < panels(layer.outputs); q++)
            combine_parts<PANEL>({inputs(l).row(range.from, past), 1, inputs(l).apart()}, at(l, q, range.from * PANEL),
                                 layer.weight.apart(), (range.to - range.from) * PANEL,
                                 &team.passed[l][thread][q * PANEL * BATCH], range.from == own(l - 1).from);
    }

    // What all threads have passed to the outputs of this one.
    void end_forward(int l, long past) {
        const REAL *with_past = sum_up(team.forth[l], past, 1);
        for (long p = own(l).from; p < own(l).to; p++) {
            REAL *outputs = layers[l].activated.row(p, past);
            combine_batch<1>({with_past, BATCH, PANEL * BATCH}, layers[l].deltas.row(p, 0), past, outputs, true);
            for (const Numbers &share : team.passed[l])
                for (long k = 0; k < PANEL * BATCH; k++) outputs[k] += share[p * PANEL * BATCH + k];
            activate(l, p, past);
        }
    }

    void classify(long past) {
        for (long c = 0; c < classes; c++)
            for (int b = 0; b < BATCH; b++) {
                vector total = {};
                for (long p = 0; p < panels(output.inputs); p++)
                    for (int w = 0; w < WIDTH; w++)
                        total += ((const vector *)inputs(last).row(p, past + b))[w] * ((const vector *)output.weight.row(p, c))[w];
                logits[c * BATCH + b] = sum(total) + output.bias[c];
            }
    }

    // The deltas at the logits of a window, none for rows that only fill up the last one.
    void compare(long past, REAL rate, REAL *losses) {
        const long rows = std::min<long>(BATCH, team.samples - begin - past);
        std::fill(outcome.begin(), outcome.end(), REAL(0));
        for (int b = 0; b < rows; b++) {
            auto logit = [&](long c) { return logits[c * BATCH + b]; };
            REAL most = logit(0), total = 0;
            for (long c = 1; c < classes; c++) most = std::max(most, logit(c));
            for (long c = 0; c < classes; c++) total += std::exp(logit(c) - most);
            const long label = team.labels[begin + past + b];
            for (long c = 0; c < classes; c++)
                outcome[c * BATCH + b] = rate / rows * ((c == label) - std::exp(logit(c) - most) / total);
            if (thread == 0) losses[begin + past + b] = std::log(total) + most - logit(label);
        }
    }

    // The deltas of the last hidden layer.
    void begin_backward(long past) {
        const Layer &hidden = layers[last - 1];
        for (long p = own(last - 1).from; p < own(last - 1).to; p++) {
            REAL *deltas = hidden.deltas.row(p, past);
            const REAL *activated = hidden.activated.row(p, past);
            combine_batch<1>({outcome.data(), BATCH, PANEL * BATCH}, output.weight.row(p, 0), classes, deltas, true);
            for (long k = 0; k < PANEL * BATCH; k++) deltas[k] = activated[k] > 0 ? deltas[k] : 0;
        }
        if (last > 1) overlap(hidden.deltas, last - 1, past, team.back[last - 1][thread]);
    }

    // The deltas of the layer before one, for a panel of its outputs; `overlaps` has those of the later layer's deltas.
    void pass_back(int l, long p, long past) {
        const Layer &layer = layers[l], &before = layers[l - 1];
        vector *sums = (vector *)arriving.data();
        for (long q = 0, all = panels(layer.outputs); q < all; q += NEAR)
            multiply_tiles(layer.deltas.row(q, past), layer.deltas.apart(), at(l, q, p * PANEL), std::min(NEAR, all - q), sums,
                           q == 0, at(l, q + NEAR, p * PANEL));
        REAL *deltas = before.deltas.row(p, past);
        const REAL *activated = before.activated.row(p, past);
        combine_batch<1>({overlaps.data(), BATCH, PANEL * BATCH}, before.activated.row(p, 0), past, deltas, true);
        for (int b = 0; b < BATCH; b++)
            for (int r = 0; r < PANEL; r++)
                deltas[b * PANEL + r] = activated[b * PANEL + r] > 0 ? deltas[b * PANEL + r] + sum(sums[r * BATCH + b]) : 0;
    }

    // From the deltas of the batch before `past` to the products of the batch there, strip by strip of the first hidden
    // layer; there may be no batch on either side.
    void turn(long past) {
        const Range all = own(0);
        if (past && last > 1) sum_up(team.back[1], past - BATCH, 0);
        for (Range strip{all.from, 0}; strip.from < all.to; strip.from = strip.to) {
            strip.to = std::min(strip.from + STRIP, all.to);
            for (long p = strip.from; past && last > 1 && p < strip.to; p++) pass_back(1, p, past - BATCH);
            if (past == count) continue;
            for (long p = strip.from; p < strip.to; p++) begin_forward(p, past);
            if (last > 1) pass(1, strip, past);
        }
        if (past < count && last > 1) overlap(layers[0].activated, 0, past, team.forth[1][thread]);
    }

    void learn_output(long past) {
        for (long c = 0; c < classes; c++)
            for (int b = 0; b < BATCH; b++) {
                const REAL delta = outcome[c * BATCH + b];
                for (long p = 0; p < panels(output.inputs); p++)
                    for (int w = 0; w < WIDTH; w++)
                        ((vector *)output.weight.row(p, c))[w] += delta * ((const vector *)inputs(last).row(p, past + b))[w];
                output.bias[c] += delta;
            }
    }

    // Add what a block has taught to a weight and its bias.
    void fold(int l) {
        const Layer &layer = layers[l];
        const Range columns = l ? own(l - 1) : Range{0, panels(layer.inputs)};
        const Range rows = l ? Range{0, panels(layer.outputs)} : own(0);
        for (Range strip{columns.from, 0}; strip.from < columns.to; strip.from = strip.to) {
            strip.to = std::min(strip.from + STRIP, columns.to);
            for (long p = rows.from; p < rows.to; p++)
                for (long column = strip.from; column < strip.to; column++)
                    for (long i = 0; i < PANEL; i += GROUP)
                        combine<GROUP, 1>({inputs(l).row(column, 0) + i, PANEL, TILE}, layer.deltas.row(p, 0), TILE, count,
                                          at(l, p, column * PANEL + i), false);
        }
        for (long p = own(l).from; p < own(l).to; p++)
            for (long r = 0; r < count; r++)
                for (long k = 0; k < PANEL; k++) layer.bias[p * PANEL + k] += layer.deltas.row(p, r)[k];
    }

    void train(REAL rate, REAL *losses) {
        for (start(0); begin < team.samples; start(begin + team.block)) {
            overlap_features();
            team.barrier.wait();
            multiply(0);
            for (long past = 0; past < count; past += BATCH) {
                turn(past);
                team.barrier.wait();
                for (int l = 1; l < last; l++) {
                    end_forward(l, past);
                    if (l + 1 < last) {
                        pass(l + 1, own(l), past);
                        overlap(layers[l].activated, l, past, team.forth[l + 1][thread]);
                    }
                    team.barrier.wait();
                }
                classify(past);
                compare(past, rate, losses);
                begin_backward(past);
                team.barrier.wait();
                for (int l = last - 1; l > 1; l--) {
                    sum_up(team.back[l], past, 0);
                    for (long p = own(l - 1).from; p < own(l - 1).to; p++) pass_back(l, p, past);
                    overlap(layers[l - 1].deltas, l - 1, past, team.back[l - 1][thread]);
                    team.barrier.wait();
                }
                learn_output(past);
            }
            turn(count);
            for (int l = 0; l < last; l++) fold(l);
            team.barrier.wait();
        }
    }

    void test(long *correct) {
        for (start(0); begin < team.samples; start(begin + team.block)) {
            for (int l = 0; l < last; l++) {
                multiply(l);
                for (long p = own(l).from; p < own(l).to; p++)
                    for (long past = 0; past < count; past += BATCH) activate(l, p, past);
                team.barrier.wait();
            }
            for (long past = 0; past < count && !thread; past += BATCH) {
                classify(past);
                for (int b = 0; b < std::min<long>(BATCH, team.samples - begin - past); b++) {
                    long best = 0;
                    for (long c = 1; c < classes; c++)
                        if (logits[c * BATCH + b] > logits[best * BATCH + b]) best = c;
                    *correct += best == team.labels[begin + past + b];
                }
            }
            team.barrier.wait();
        }
    }
};

template <class Work>
static void share_out(Team &team, Work work) {
    auto run = [&](int thread) {
        Worker worker(team, thread);
        team.barrier.wait();  // all have their copies
        work(worker);
    };
    std::vector<std::thread> others;
    for (int thread = 1; thread < team.threads; thread++) others.emplace_back(run, thread);
    run(0);
    for (std::thread &other : others) other.join();
}

extern "C" {
extern const int panel = PANEL;

// One epoch over samples in their order; `losses` (samples) are their cross-entropies, each before its step.
void train(const Layer *layers, int depth, long block, int threads, Panels features, const long *labels, long samples, REAL rate, REAL *losses) {
    Team team(layers, depth, block, threads, features, labels, samples);
    share_out(team, [&](Worker &worker) { worker.train(rate, losses); });
}

// How many samples are classified correctly.
long test(const Layer *layers, int depth, long block, int threads, Panels features, const long *labels, long samples) {
    long correct = 0;
    Team team(layers, depth, block, threads, features, labels, samples);
    share_out(team, [&](Worker &worker) { worker.test(&correct); });
    return correct;
}
}
